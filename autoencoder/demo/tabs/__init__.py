"""The page's tabs, a file each, and the tables on them."""
