"""How a page is taken apart, and how trouble inside a part of it becomes a doubt about that part."""
