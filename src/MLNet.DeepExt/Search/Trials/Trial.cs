using Microsoft.ML;

namespace MLNet.DeepExt.Search;

/// <summary>What a pipeline is made for in a search: parameters, and a context of its own.</summary>
/// <remarks>
/// A trial comes out the same whenever and wherever it runs if the pipeline is made of nothing but this: of <see cref="Context"/>,
/// whose seed is that of the trial, of <see cref="Parameters"/> and of what does not change.
/// </remarks>
public sealed class Trial
{
    private readonly int? _epochs;

    internal Trial(
        int number, TrialParameters parameters, int seed, MLContext context, int? epochs, CancellationToken cancellationToken)
    {
        Number = number;
        Parameters = parameters;
        Seed = seed;
        Context = context;
        _epochs = epochs;
        CancellationToken = cancellationToken;
    }

    /// <summary>The number of the trial, counted from 0.</summary>
    public int Number { get; }

    /// <summary>What is tried.</summary>
    public TrialParameters Parameters { get; }

    /// <summary>A number that the seed of the search and the number of the trial decide.</summary>
    public int Seed { get; }

    /// <summary>
    /// A context of this trial alone, with <see cref="Seed"/>: make the pipeline of it. What it logs, the context that searches logs too; and it
    /// has the GpuDeviceId, FallbackToCpu and TempFilePath of that.
    /// </summary>
    public MLContext Context { get; }

    /// <summary>
    /// Is cancelled when the search is, and when <see cref="SearchOptions.TrialTime"/> is over. Neural networks of this library and trainers made
    /// with <see cref="Context"/> observe it; pass it to other work that takes long.
    /// </summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>
    /// How many epochs, or iterations, counted from the first, to train for, where a <see cref="Scheduler"/> compares trials on the way;
    /// null to the end. Neural networks of this library know of it; ask it for other estimators.
    /// </summary>
    public int? Epochs
    {
        get
        {
            HasReadEpochs = true;
            return _epochs;
        }
    }

    /// <summary>Whether the pipeline asked how long to train.</summary>
    internal bool HasReadEpochs { get; private set; }

    /// <summary>The value of a parameter; see <see cref="TrialParameters.Get{T}"/>.</summary>
    /// <typeparam name="T">The type of the value, or one that holds it.</typeparam>
    /// <param name="name">The name of the parameter.</param>
    /// <exception cref="ArgumentException">There is no such parameter, it is of no effect in this trial, or it is of another type.</exception>
    public T Get<T>(string name) => Parameters.Get<T>(name);

    /// <summary>Whether a parameter is of effect in this trial.</summary>
    /// <param name="name">The name of the parameter.</param>
    /// <exception cref="ArgumentException">There is no such parameter.</exception>
    public bool Has(string name) => Parameters.Has(name);

    /// <summary>The value of a parameter, or another one where it is of no effect in this trial.</summary>
    /// <typeparam name="T">The type of the value, or one that holds it.</typeparam>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="fallback">The value where it is of no effect.</param>
    /// <exception cref="ArgumentException">There is no such parameter, or it is of another type.</exception>
    public T GetOr<T>(string name, T fallback) => Parameters.GetOr(name, fallback);
}
