namespace MLNet.DeepExt.Trainers;

/// <summary>Settings of the caller that fits a pipeline, for the neural networks in it.</summary>
internal sealed record FitScopeSettings
{
    /// <summary>After how many epochs, counted from the first, trainings pause; null trains to the end.</summary>
    public int? PauseAfterEpochs { get; init; }

    /// <summary>
    /// Where trainings write themselves down and go on from, a path without ending: the k-th training within the scope has the file
    /// <c>PREFIX-k.checkpoint</c>, whatever the options of the trainer say. A file that does not fit, as what came before the network in the
    /// pipeline has changed, is replaced with a warning, and the training starts again. Null writes nothing.
    /// </summary>
    public string? CheckpointPrefix { get; init; }

    /// <summary>Ends trainings beside the token of their options; they return their best so far.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>
    /// How many trainings run at once in this process, each in a scope of its own: together they have no more threads than one alone may have,
    /// one each at least. Default 1.
    /// </summary>
    public int ParallelTrainings { get; init; } = 1;
}
