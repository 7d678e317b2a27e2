namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>What a piece of work allocates on the calling thread.</summary>
internal static class Allocation
{
    /// <summary>Bytes that <paramref name="work"/> allocates in <paramref name="times"/> runs, after a few to warm up.</summary>
    /// <remarks>
    /// The least of some rounds: what the work allocates it allocates in every round, while the runtime, when it compiles a
    /// method anew, may allocate something of its own on any thread.
    /// </remarks>
    public static long AfterWarmUp(Action work, int times = 100)
    {
        for (int i = 0; i < 3; i++)
            work();
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < times; i++)
                work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>Bytes that <paramref name="work"/> allocates the first time.</summary>
    public static long Of(Action work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
