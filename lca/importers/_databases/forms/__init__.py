"""Forms of exports, one file each: TITLE and ORDER at its top, `reads(opened)` and `entries(opened, asked)`."""
