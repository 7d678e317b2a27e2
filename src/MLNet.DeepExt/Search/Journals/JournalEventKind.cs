namespace MLNet.DeepExt.Search.Journals;

/// <summary>What a line of a journal tells of.</summary>
internal enum JournalEventKind
{
    /// <summary>A trial begins, or goes on, or is begun again because its worker is gone.</summary>
    Started,

    /// <summary>A trial has its figures.</summary>
    Finished,

    /// <summary>A trial has figures that were left out when it finished.</summary>
    Measured,

    /// <summary>A trial came to nothing.</summary>
    Failed,

    /// <summary>The worker of a trial gave it up in good order, as when a search is cancelled.</summary>
    Released,

    /// <summary>The winner was measured on the test rows.</summary>
    Test,
}
