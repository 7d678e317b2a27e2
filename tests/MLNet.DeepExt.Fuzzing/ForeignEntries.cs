using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MLNet.DeepExt.Tests.Interop.Models;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>
/// Damage to ML.NET's own entries of model files, which nothing protects: counted in processes of their own, which may hang, die or take
/// memory without end.
/// </summary>
internal static class ForeignEntries
{
    private static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(10);

    /// <summary>Tries cases from a number on, a line for each; what a child process does.</summary>
    public static void Child(IReadOnlyList<byte[]> seeds, int seed, long from, long to)
    {
        for (long number = from; number < to; number++)
        {
            Random random = Mutator.RandomOf(seed, number);
            var file = new ZipBytes(seeds[(int)(number % seeds.Count)]);
            string[] entries = [.. file.EntryNames.Where(name => !name.EndsWith("Content", StringComparison.Ordinal))];
            string entry = entries[random.Next(entries.Length)];
            byte[] damaged = file.With(entry, Mutator.Mutate(file.Read(entry), random));
            try
            {
                new MLContext().Model.Load(new MemoryStream(damaged), out _);
                Console.WriteLine("loaded");
            }
            catch (Exception exception)
            {
                Console.WriteLine(exception.GetType().Name);
            }
        }
    }

    /// <summary>Counts the outcomes of cases, starting a new process where one was lost.</summary>
    public static void Count(int seed, long count)
    {
        Dictionary<string, long> outcomes = [];
        for (long next = 0; next < count;)
        {
            (long done, string? end) = RunChild(seed, next, count, outcomes);
            next += done;
            if (end is not null && next < count)
            {
                outcomes[end] = outcomes.GetValueOrDefault(end) + 1;
                next++;
            }
        }

        Console.WriteLine($"entries of ML.NET in model files, without a bar: {count} mutations: " + string.Join(
            ", ", outcomes.OrderByDescending(outcome => outcome.Value).Select(outcome => $"{outcome.Value} {outcome.Key}")));
    }

    private static (long Done, string? End) RunChild(int seed, long from, long to, Dictionary<string, long> outcomes)
    {
        string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        string[] arguments = ["foreign-child", "--seed", Text(seed), "--from", Text(from), "--count", Text(to)];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_GCHeapHardLimit"] = "40000000"; // 1 GiB, hexadecimal
        using Process process = Process.Start(start)!;
        long done = 0;
        while (true)
        {
            Task<string?> line = process.StandardOutput.ReadLineAsync();
            if (!line.Wait(LongestCase))
            {
                process.Kill();
                return (done, "hangs");
            }

            if (line.Result is not { } outcome)
            {
                process.WaitForExit();
                return (done, done < to - from ? "deaths of the process" : null);
            }

            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            done++;
        }
    }
}
