"""The process: loop, single instance, crashes, faults, network, notices."""
