"""How rows are cut; read as attributes of this module, so that tests can cut finer."""

#: Rows that are signed at a time, and of a row group: their URLs are some 25 MB.
BATCH_ROWS = 65_536
#: Rows that a piece of a source holds at least, where the file can be cut.
PIECE_ROWS = 1 << 20
#: Rows of a part, where the output may have several.
PART_ROWS = 1 << 20
