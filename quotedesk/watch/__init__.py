"""The program in a terminal: the engine without a screen, its quotes as a table, as lines, or as JSON.

main       composition: symbols and lists, signals, the end     options    what the command line asked for
table      a table that redraws in place    printer   a line for each change, the newest where the reader is slow
outlet     writes lines to a file descriptor and never waits     csv_file  rows in a file, anew once a second
joined     the program that runs on the profile, joined as one of its readers
"""
