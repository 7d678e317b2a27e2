namespace MLNet.DeepExt.Search;

/// <summary>What is to be done next in a search.</summary>
internal enum SchedulerStep
{
    /// <summary>A new trial.</summary>
    Start,

    /// <summary>A trial goes on to its next rung.</summary>
    Promote,

    /// <summary>Nothing, until a trial that runs has ended.</summary>
    Wait,

    /// <summary>Nothing any more.</summary>
    Done,
}
