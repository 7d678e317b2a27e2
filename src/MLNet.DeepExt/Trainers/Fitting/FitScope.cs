namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Hands the settings of a search to the neural networks of a pipeline, wherever they are in it: a search opens a scope and fits the pipeline,
/// and each trainer asks for the scope that it is fitted in. The scope applies to the thread that opened it and to the work which that thread
/// starts.
/// </summary>
/// <remarks>
/// <para>The settings are ambient (<see cref="AsyncLocal{T}"/>) because ML.NET offers no parameter that could carry them. A search gets an
/// <c>IEstimator&lt;ITransformer&gt;</c> from the user, and all that it can call is <c>Fit(IDataView)</c>.</para>
/// <para>Three explicit ways were considered. To look for the trainers in the estimator, as for the names of label columns, finds those in a
/// chain, but not those inside an estimator of ML.NET or of the user, such as one that fits a trainer for each class; it would also change
/// options of an object that the user may hold and fit elsewhere. To attach the settings to the <c>MLContext</c> of the trial fails where the
/// pipeline was made with another context, which is allowed. To have the user pass them on (<c>Trial.Epochs</c>) exists as well, for trainers
/// of other libraries; if networks depended on it, a forgotten argument would train each trial to the end without a notice.</para>
/// <para>Nested scopes: the innermost one applies, and the outer one applies again when it is disposed. Without a scope, trainers use their
/// own options alone.</para>
/// </remarks>
internal sealed class FitScope : IDisposable
{
    private static readonly AsyncLocal<FitScope?> Innermost = new();

    private readonly FitScope? _outer;
    private readonly FitScopeSettings _settings;
    private int _trainings;

    private FitScope(FitScopeSettings settings, FitScope? outer)
    {
        _settings = settings;
        _outer = outer;
    }

    /// <summary>The number of trainings that have begun within the scope.</summary>
    public int Trainings => Volatile.Read(ref _trainings);

    /// <summary>Opens a scope. Dispose it on the same thread to close it.</summary>
    public static FitScope Open(FitScopeSettings settings)
    {
        var scope = new FitScope(settings, Innermost.Value);
        Innermost.Value = scope;
        return scope;
    }

    /// <summary>Returns the settings for a training that begins now, with the scope's if one is open.</summary>
    /// <param name="cancellationToken">The token of the options of the trainer.</param>
    public static FitControl Begin(CancellationToken cancellationToken) => Innermost.Value is { } scope
        ? new FitControl(scope._settings, Interlocked.Increment(ref scope._trainings), cancellationToken)
        : new FitControl(new FitScopeSettings(), 0, cancellationToken);

    public void Dispose() => Innermost.Value = _outer;
}
