"""Model cards: what a maker says about one model, in prose, tables and front matter."""
