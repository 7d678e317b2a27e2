namespace MLNet.DeepExt.Search.Journals;

/// <summary>
/// All that has happened in a search, in order. Who decides what is next does so within <see cref="Exclusively{T}"/>, when it knows of all
/// events, and no other writer adds any.
/// </summary>
/// <remarks>
/// Every event is learned once, in order, by a function that is given when a journal is made, those that are added here included. Threads
/// of one process may share one; processes share the folder of a <see cref="FileJournal"/>.
/// </remarks>
internal abstract class Journal : IDisposable
{
    private readonly Lock _gate = new();
    private string? _offline; // why

    /// <summary>Whether events were learned here that are written down nowhere: nothing can be added to them any more.</summary>
    public bool IsOffline => _offline is not null;

    /// <summary>The seed of the search.</summary>
    public abstract int Seed { get; }

    /// <summary>Who this is; no other worker of this journal has, had or will have the number.</summary>
    public abstract int Worker { get; }

    /// <summary>Has <paramref name="decide"/> run with all events known and no other writer.</summary>
    /// <param name="decide">May add events, by the function that it is given; they are on the disk when that returns.</param>
    /// <param name="cancellationToken">Ends the waiting for others.</param>
    /// <exception cref="InvalidDataException">The journal is damaged.</exception>
    /// <exception cref="IOException">It cannot be read or written, or others will not let go of it.</exception>
    public T Exclusively<T>(Func<Action<JournalEvent>, T> decide, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return IsOffline
                ? throw new IOException(
                    $"The folder of the search could not be written to when the search ended: {_offline}. Run the search again with the same "
                    + "folder, and use its result.")
                : Run(decide, cancellationToken);
        }
    }

    /// <summary>Has <paramref name="decide"/> run with what is known by now, and its events learned here and written down nowhere.</summary>
    /// <remarks>Where a journal cannot be written to any more, what this process has come to is not lost to it.</remarks>
    /// <param name="decide">As of <see cref="Exclusively{T}"/>.</param>
    /// <param name="reason">Why it cannot be written to, as a part of a sentence.</param>
    public T Offline<T>(Func<Action<JournalEvent>, T> decide, string reason)
    {
        lock (_gate)
        {
            _offline ??= reason;
            return decide(Learn);
        }
    }

    /// <summary>Whether a worker is still at work; if not, what it claimed is free. Only within <see cref="Exclusively{T}"/>.</summary>
    public abstract bool IsAlive(int worker);

    /// <summary>Says that this worker is at work no more.</summary>
    /// <param name="cancellationToken">Ends the waiting for others.</param>
    /// <remarks>Throws nothing.</remarks>
    public abstract void Leave(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Leave(CancellationToken.None);

    private protected abstract T Run<T>(Func<Action<JournalEvent>, T> decide, CancellationToken cancellationToken);

    private protected abstract void Learn(JournalEvent entry);
}
