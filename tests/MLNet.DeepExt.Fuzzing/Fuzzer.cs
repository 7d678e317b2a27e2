using System.Diagnostics;
using System.Globalization;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>Tries many damaged files, each within a time limit, and counts what came of them.</summary>
/// <param name="target">What is fuzzed.</param>
/// <param name="findings">The folder of files that did what none may do.</param>
/// <param name="threadCount">How many threads.</param>
/// <param name="mostMemory">Bytes of memory that the process may have had in the end.</param>
internal sealed class Fuzzer(Target target, string findings, int threadCount, long mostMemory)
{
    private static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(30);

    private readonly long[] _counts = new long[Enum.GetValues<Outcome>().Length];
    private long _next;
    private long _failures;

    /// <summary>Runs a number of cases, or as many as there is time for; false if anything was found.</summary>
    public bool Run(long count, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        var workers = new Worker[threadCount];
        Thread[] threads = [.. workers.Select((_, index) => new Thread(() => Work(workers[index] = new Worker(), count, watch, time)))];
        foreach (Thread thread in threads)
            thread.Start();
        while (Array.Exists(threads, thread => !thread.Join(TimeSpan.FromMilliseconds(200))))
        {
            if (Array.Find(workers, worker => worker?.Elapsed > LongestCase) is not { } stuck)
                continue;
            Report(stuck.Case, $"no end after {LongestCase.TotalSeconds} s");
            Environment.Exit(1);
        }

        string counts = string.Join(", ", Enum.GetValues<Outcome>().Select(outcome => $"{_counts[(int)outcome]} {outcome}"));
        using var process = Process.GetCurrentProcess();
        long peak = process.PeakWorkingSet64;
        if (peak > mostMemory)
        {
            _failures++;
            Console.WriteLine($"FINDING in {target.Name}: the process has had {peak >> 20} MiB of memory, of {mostMemory >> 20}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Name}: {_counts.Sum()} files in {watch.Elapsed.TotalSeconds:0} s: {counts}, {_failures} findings, at most {peak >> 20} MiB"));
        return _failures == 0;
    }

    private void Work(Worker worker, long count, Stopwatch watch, TimeSpan time)
    {
        long number;
        while (watch.Elapsed < time && (number = Interlocked.Increment(ref _next) - 1) < count)
        {
            worker.Begin(number);
            try
            {
                byte[] file = target.Create(number, out bool isSealed);
                Outcome outcome = ThrownExceptions.Watch(() => target.Try(file, isSealed));
                Interlocked.Increment(ref _counts[(int)outcome]);
            }
            catch (Exception exception)
            {
                Interlocked.Increment(ref _failures);
                Report(number, exception.ToString());
            }
        }

        worker.End();
    }

    private void Report(long number, string what)
    {
        Directory.CreateDirectory(findings);
        string path = Path.Combine(findings, string.Create(CultureInfo.InvariantCulture, $"{target.GetType().Name}-{number}"));
        File.WriteAllBytes(path, target.Create(number, out _));
        Console.WriteLine($"FINDING in {target.Name}, case {number} ({path}): {what}");
    }

    /// <summary>What one thread is at.</summary>
    private sealed class Worker
    {
        private long _begun;

        public long Case { get; private set; }

        public TimeSpan Elapsed => Interlocked.Read(ref _begun) is > 0 and var begun ? Stopwatch.GetElapsedTime(begun) : TimeSpan.Zero;

        public void Begin(long number)
        {
            Case = number;
            Interlocked.Exchange(ref _begun, Stopwatch.GetTimestamp());
        }

        public void End() => Interlocked.Exchange(ref _begun, 0);
    }
}
