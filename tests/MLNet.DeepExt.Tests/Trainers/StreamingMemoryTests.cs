using System.Globalization;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>What training takes of memory, in a process that does nothing else.</summary>
public sealed class StreamingMemoryTests
{
    // A row takes 512 bytes: 24 MiB, and ten times as much.
    private const int FewRows = 50_000;
    private const int ManyRows = 10 * FewRows;

    // What Auto holds in memory: less than few rows take.
    private const int LimitMegabytes = 16;

    // What two runs of the same program differ by is a few MiB; ten times the rows are 220 MiB more.
    private const long Margin = 64L << 20;

    // Garbage is collected every 4 MiB (the runtime reads the number as hexadecimal). By itself it waits for as much as the processor's
    // cache holds, which can be more than all that is measured here.
    private static readonly (string, string) EagerCollection = ("DOTNET_GCgen0size", "400000");

    [Fact]
    public async Task Ten_times_the_rows_take_no_more_memory_when_they_are_streamed()
    {
        long few = await PeakOf("Streaming", FewRows), many = await PeakOf("Streaming", ManyRows);
        Assert.True(many < few + Margin, $"{many >> 20} MiB for {ManyRows} rows but {few >> 20} MiB for {FewRows}.");

        // Nor where it shows on the way that they are too many; what was read by then is within the limit.
        long auto = await PeakOf("Auto", ManyRows);
        Assert.True(auto < few + Margin, $"{auto >> 20} MiB for {ManyRows} rows that turn out too many but {few >> 20} MiB for {FewRows}.");

        // And it is the rows that are measured here: held in memory they are seen.
        long held = await PeakOf("InMemory", ManyRows);
        Assert.True(held > many + 2 * Margin, $"{held >> 20} MiB in memory but {many >> 20} MiB when streamed.");
    }

    private static async Task<long> PeakOf(string mode, int rows)
    {
        string[] arguments = [mode, Invariant(LimitMegabytes), Invariant(rows), Invariant(2)];
        string[] lines = await ProbeProcess.Run("MLNet.DeepExt.Tests.MemoryProbe", arguments, EagerCollection);
        return long.Parse(lines.Single(), CultureInfo.InvariantCulture);

        static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
