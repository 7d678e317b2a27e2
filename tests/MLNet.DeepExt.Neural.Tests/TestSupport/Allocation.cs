namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>What a piece of work allocates on the calling thread.</summary>
internal static class Allocation
{
    /// <summary>Bytes that <paramref name="work"/> allocates in <paramref name="times"/> runs, after a few to warm up.</summary>
    public static long AfterWarmUp(Action work, int times = 100)
    {
        for (int i = 0; i < 3; i++)
            work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++)
            work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Bytes that <paramref name="work"/> allocates the first time.</summary>
    public static long Of(Action work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
