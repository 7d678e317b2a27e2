namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Reaches the neural networks in a pipeline, wherever they are in it, while somebody fits it who does not know what it is made of:
/// trainers ask for the scope that they are fitted in. It follows the thread that opened it, and what that thread starts.
/// </summary>
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

    /// <summary>How many trainings have begun within it.</summary>
    public int Trainings => Volatile.Read(ref _trainings);

    /// <summary>Begins a scope, which ends when it is disposed, on the thread that began it.</summary>
    public static FitScope Open(FitScopeSettings settings)
    {
        var scope = new FitScope(settings, Innermost.Value);
        Innermost.Value = scope;
        return scope;
    }

    /// <summary>What a training that begins now is told.</summary>
    /// <param name="cancellationToken">The token of the trainer's own options.</param>
    public static FitControl Begin(CancellationToken cancellationToken) => Innermost.Value is { } scope
        ? new FitControl(scope._settings, Interlocked.Increment(ref scope._trainings), cancellationToken)
        : new FitControl(new FitScopeSettings(), 0, cancellationToken);

    public void Dispose() => Innermost.Value = _outer;
}
