import RelayCommands
import RelayServer

// The relay with a memory that keeps everything: no zero-on-free allocator is linked, nothing is
// overwritten. The residue scan has to find what it leaves. Its rates are lifted, to measure what
// the wiping costs. Never shipped.
Lethe.main(
    forgetting: Forgetting(wipe: { _ in }, scrubStack: {}, allocatorForgets: { true }),
    rates: .lifted)
