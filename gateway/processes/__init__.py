"""The processes of one gateway, each a program of its own: mail in, mail out, the console."""
