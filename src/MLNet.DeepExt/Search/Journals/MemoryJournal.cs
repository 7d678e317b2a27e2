namespace MLNet.DeepExt.Search.Journals;

/// <summary>The journal of a search that is not written down: its events are learned as they are added, and kept nowhere else.</summary>
internal sealed class MemoryJournal(int seed, Func<JournalEvent, Action> prepare) : Journal
{
    public override int Seed => seed;

    public override int Worker => 0;

    public override bool IsAlive(int worker) => true;

    public override void Leave(CancellationToken cancellationToken)
    {
    }

    private protected override T Run<T>(Func<Action<JournalEvent>, T> decide, CancellationToken cancellationToken) =>
        decide(Learn);

    private protected override void Learn(JournalEvent entry) => prepare(entry)();
}
