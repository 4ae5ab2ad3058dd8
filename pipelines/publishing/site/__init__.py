"""The site of an edition: static pages made from its JSON documents, and a server to look at them on this machine.

``building`` says in which order it is made, ``pages`` and ``pair_pages`` what each page shows, ``rendering`` and
``templates/`` how words become HTML, ``charts`` how numbers become lines, ``search`` what can be found. No page states
a fact, a price or a sentence about a pair that its documents do not.
"""
