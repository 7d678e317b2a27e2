using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>How a search is run. Nothing has to be set.</summary>
public sealed class SearchOptions
{
    /// <summary>The number of trials where neither <see cref="Trials"/> nor <see cref="Time"/> is set: 50.</summary>
    public const int DefaultTrials = 50;

    private const int MostTrials = 1_000_000, MostParallelTrialsPerProcessor = 16, MostStarts = 1_000;

    private static readonly TimeSpan MostTrialTime = TimeSpan.FromDays(24); // of timers of the system

    /// <summary>
    /// How many trials there are, from 1 to 1,000,000, those of earlier runs in the same <see cref="Folder"/> included. Null, the default, is 50,
    /// or any number where <see cref="Time"/> is set.
    /// </summary>
    public int? Trials { get; set; }

    /// <summary>
    /// After how much time of this run nothing new begins, above 0; what has begun comes to its end. Where a <see cref="Scheduler"/> compares
    /// trials on the way, and none has come to the last rung, the best then goes on alone until it is there: the winner is trained to its end,
    /// and the run takes up to one whole training longer. Null, the default, sets no limit.
    /// </summary>
    public TimeSpan? Time { get; set; }

    /// <summary>
    /// How long a trial may take to be fitted and measured, or to come to its next rung: above 0 and at most 24 days. One that takes longer is
    /// ended by <see cref="Trial.CancellationToken"/> and by cancelling <see cref="Trial.Context"/>, which neural networks of this library and
    /// trainers of ML.NET heed; it has failed, says so in the folder, and the search goes on. Null, the default, sets no limit.
    /// </summary>
    /// <remarks>
    /// Which trials fail depends on the machine and on what else it does. A trial that goes on for 30 seconds more heeds neither: it has failed,
    /// the search ends with a <see cref="SearchInterruptedException"/> that names it, and its thread is left behind until the process ends.
    /// </remarks>
    public TimeSpan? TrialTime { get; set; }

    /// <summary>How parameters of trials are found. Default <see cref="RandomSampler"/>.</summary>
    public Sampler Sampler { get; set; } = new RandomSampler();

    /// <summary>How far trials are trained before it is decided which go on. Default <see cref="FullTraining"/>.</summary>
    public Scheduler Scheduler { get; set; } = new FullTraining();

    /// <summary>
    /// The folder in which the search is written down; it is created where there is none. The same search run again with the same folder goes
    /// on where it was, however it was ended, and several processes that run it share the trials. Delete it to begin again. A relative path
    /// is resolved once, when the search is run. Null, the default, writes nothing down.
    /// </summary>
    /// <remarks>
    /// The folder knows its search: with another space, objective, sampler, scheduler, schema or seed, or with other train or dev rows (their number,
    /// a value, or their order), <c>Run</c> throws. For that each run reads all columns of train and dev once more, which takes less than a trial
    /// that reads them, and keeps nothing of them in memory. A shuffle or a split without a seed gives other rows in every process.
    /// </remarks>
    public string? Folder { get; set; }

    /// <summary>
    /// How many trials are run at once by threads of this process: from 1 to 16 for each processor of the machine. No more threads are started
    /// than trials can run. Default 1: neural networks use several processors by themselves. Where there are more, samplers and schedulers decide by what has ended so far, which differs from run to run; and what is measured of
    /// time, latency say, is measured while others work.
    /// </summary>
    public int ParallelTrials { get; set; } = 1;

    /// <summary>
    /// The seed of the search, which decides the seeds of the trials too. Null, the default, takes that which the folder has, or draws one from
    /// the context.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>
    /// How many times a trial, or its next rung, is begun whose processes end without a word, from 1 to 1,000: it may be the trial that ends them, by
    /// want of memory, say. After the third it waits until nothing else is left to do, and after so many it counts as failed. Those are not
    /// counted that left a new checkpoint of a network. Default 5.
    /// </summary>
    public int MaximumStarts { get; set; } = 5;

    /// <summary>
    /// Whether train and dev rows are read once and held in memory. Default true; use false for rows that do not fit there. Rows with a column
    /// that cannot be held, of images say, are read again by every trial all the same, and the log says so.
    /// </summary>
    public bool Cache { get; set; } = true;

    /// <summary>
    /// Whether <see cref="SearchResult.ReportOnTest"/> throws if test rows were looked at before in this search. Default false: the report has the
    /// times of the earlier looks and the log has a warning, so that a program can run twice in the same <see cref="Folder"/>.
    /// </summary>
    public bool RefuseSecondLook { get; set; }

    /// <summary>By which columns models are judged. Its Bootstrap is of no effect.</summary>
    public EvaluationOptions Evaluation { get; set; } = new();

    /// <summary>
    /// Is told whenever a trial begins, goes on or ends, one call after the other, on a thread that runs trials. Where it throws, the
    /// log says so once, and the search goes on. Default null.
    /// </summary>
    public IProgress<SearchProgress>? Progress { get; set; }

    /// <summary>
    /// Ends the search; running trials are broken off, and what has ended so far, earlier runs in the same <see cref="Folder"/> included, is
    /// the result. Cancelling the context does the same.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>The clock. Default: that of the system.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal SearchOptions Copy()
    {
        var copy = (SearchOptions)MemberwiseClone();
        copy.Evaluation = Evaluation.Copy();
        // The current directory may change while the search runs, and before its test rows are looked at.
        copy.Folder = Folder is null ? null : Path.GetFullPath(Folder);
        return copy;
    }

    /// <summary>The first thing that is wrong, with its remedy; null if nothing is.</summary>
    internal OptionFault? FindFault(SearchSpace space)
    {
        if (Trials is < 1 or > MostTrials)
        {
            return new(nameof(Trials), FormattableString.Invariant($"Trials must be from 1 to {MostTrials} but is {Trials}; ")
                + FormattableString.Invariant($"use null for {DefaultTrials}."));
        }

        if (Time is { } time && time <= TimeSpan.Zero)
            return new(nameof(Time), FormattableString.Invariant($"Time must be above 0 but is {time}; use null to set no limit."));
        if (TrialTime is { } trialTime && (trialTime <= TimeSpan.Zero || trialTime > MostTrialTime))
        {
            return new(nameof(TrialTime), FormattableString.Invariant($"TrialTime must be above 0 and at most {MostTrialTime.Days} days but is ")
                + FormattableString.Invariant($"{trialTime}; use null to set no limit."));
        }

        int mostParallel = MostParallelTrialsPerProcessor * Environment.ProcessorCount;
        if (ParallelTrials < 1 || ParallelTrials > mostParallel)
        {
            return new(
                nameof(ParallelTrials),
                FormattableString.Invariant($"ParallelTrials must be from 1 to {mostParallel}, {MostParallelTrialsPerProcessor} for each processor ")
                + FormattableString.Invariant($"of this machine, but is {ParallelTrials}; 1 runs one trial after the other."));
        }

        if (MaximumStarts is < 1 or > MostStarts)
        {
            return new(
                nameof(MaximumStarts),
                FormattableString.Invariant($"MaximumStarts must be from 1 to {MostStarts} but is {MaximumStarts}; 5 is the default."));
        }

        if (Folder is not null && string.IsNullOrWhiteSpace(Folder))
            return new(nameof(Folder), "Folder is empty; use null to write nothing down.");
        if (Folder?.Contains('\0') == true)
            return new(nameof(Folder), "Folder has a character that no path may have, of code 0; leave it out.");
        if (Sampler is null)
            return new(nameof(Sampler), "Sampler is null; use new RandomSampler().");
        if (Scheduler is null)
            return new(nameof(Scheduler), "Scheduler is null; use new FullTraining().");
        if (Evaluation is null)
            return new(nameof(Evaluation), "Evaluation is null; use new EvaluationOptions().");
        if (TimeProvider is null)
            return new(nameof(TimeProvider), "TimeProvider is null; use TimeProvider.System.");
        return space.FindFault() ?? Sampler.FindFault(space) ?? Scheduler.FindFault() ?? Evaluation.FindFault();
    }

    /// <summary>How many trials there may be; null for any number.</summary>
    internal int? Budget => Trials ?? (Time is null ? DefaultTrials : null);
}
