"""The disk: the only package that reads and writes files, or asks git for them."""
