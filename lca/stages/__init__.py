"""The parts of the service. Each file gives the flows of one part; each reads like the formula sheet."""
