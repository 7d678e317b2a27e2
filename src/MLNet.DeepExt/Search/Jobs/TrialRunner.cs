using Microsoft.ML;
using MLNet.DeepExt.Interop.Chains;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Search;

/// <summary>Fits the pipeline of a trial: a function of the seed of the search, the number, the parameters and the epochs.</summary>
internal sealed class TrialRunner(SearchPlan plan, int seed, TrialLog log)
{
    private const ulong Stream = 0x547269616C73; // a name that no other use of the seed has: "Trials"

    /// <summary>Fits it.</summary>
    /// <param name="job">What is tried, and how far it is to go.</param>
    /// <param name="checkpointPrefix">Where its networks write themselves down and go on from; null for nowhere.</param>
    /// <param name="parallelTrials">How many trials run at once, between which threads are shared.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FittedTrial Fit(SearchJob job, string? checkpointPrefix, int parallelTrials, CancellationToken cancellationToken)
    {
        int? epochs = plan.Scheduler.Rungs[job.Rung];
        int ownSeed = SeedOf(job.Trial);
        var context = new MLContext(ownSeed)
        {
            GpuDeviceId = plan.Context.GpuDeviceId,
            FallbackToCpu = plan.Context.FallbackToCpu,
            TempFilePath = plan.Context.TempFilePath,
        };
        context.Log += (_, message) => log.Forward(FormattableString.Invariant($"Trial {job.Trial}"), message);
        var trial = new Trial(job.Trial, job.Parameters, ownSeed, context, epochs, cancellationToken);
        using CancellationTokenRegistration registration = cancellationToken.Register(context.Cancel);
        using FitScope scope = FitScope.Open(new FitScopeSettings
        {
            PauseAfterEpochs = epochs,
            CheckpointPrefix = checkpointPrefix,
            CancellationToken = cancellationToken,
            ParallelTrainings = parallelTrials,
        });
        IEstimator<ITransformer> pipeline = plan.Factory(trial)
            ?? throw new InvalidOperationException("The function that makes pipelines returned null; have it return an estimator.");
        ITransformer model = SourceFault.Surfaced(() => pipeline.Fit(plan.Train));
        // A network that is broken off returns its best so far.
        cancellationToken.ThrowIfCancellationRequested();
        string[] labels = [.. TrainerLabels.Of(pipeline).Distinct()];
        return new FittedTrial(model, scope.Trainings == 0 && !trial.HasReadEpochs, labels.Length == 1 ? labels[0] : null);
    }

    private int SeedOf(int trial) => new CounterRandom((ulong)seed).Derive(Stream).Below(int.MaxValue, (ulong)trial);
}
