using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Training;

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
    /// The longest time that a trial may take to be fitted and measured, or to reach its next rung: above 0 and at most 24 days. A trial that takes
    /// longer is cancelled, through <see cref="Trial.CancellationToken"/> and <see cref="Trial.Context"/>, which neural networks of this library and
    /// some trainers of ML.NET, such as SDCA, observe; it has failed, and the search goes on. If it does not stop within 30 seconds, the search
    /// ends with a
    /// <see cref="SearchInterruptedException"/>. Null (default) for no limit.
    /// </summary>
    /// <remarks>Which trials take longer depends on the machine, and on what else runs on it.</remarks>
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
    /// than there are trials left to run, where <see cref="Trials"/> limits them. Default 1: neural networks use several processors by
    /// themselves. With more, samplers and schedulers decide by what has ended so far, which differs from run to run; and latency is measured
    /// while other trials run.
    /// </summary>
    /// <remarks>
    /// Neural networks of trials that run at once share the processors. A <c>NumberOfThreads</c> of their options is lowered so that all trials of
    /// the process together have no more threads than one training may have, <see cref="TrainingOptions.MostThreads"/>, one each at least, and no
    /// further threads augment rows. The result of a trial does not depend on it. Threads of other trainers are not limited.
    /// </remarks>
    public int ParallelTrials { get; set; } = 1;

    /// <summary>
    /// The seed of the search, which decides the seeds of the trials too. Null, the default, takes that which the folder has, or draws one from
    /// the context.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>
    /// How many times a trial, or its next rung, is begun if its processes exit without reporting a result, from 1 to 1,000: the trial itself may
    /// end them, because it runs out of memory, for example. After three such exits the trial waits until no other is left, and after this many
    /// it has failed. An exit after a new checkpoint of a network is not counted. Default 5.
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
    /// A callback for every trial that begins, goes on or ends: one call after the other, on a thread that runs trials. If it throws, the log
    /// has one warning and the search goes on. Null (default) if not requested.
    /// </summary>
    public IProgress<SearchProgress>? Progress { get; set; }

    /// <summary>
    /// Ends the search; running trials are broken off, and what has ended so far, earlier runs in the same <see cref="Folder"/> included, is
    /// the result. Cancelling the context does the same.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>The clock. Default: that of the system.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Opens the file of the folder's lines; null for a file of the disk. For tests of disks that fail.</summary>
    internal Func<string, FileMode, FileStream>? OpenJournal { get; set; }

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
