"""How the warehouse is judged before it is published: tables against their declarations, promises over every cell."""
