namespace MLNet.DeepExt.Search;

/// <summary>A trial that was run here to the end of its job.</summary>
/// <param name="Job">The job.</param>
/// <param name="Fitted">What was fitted; null if it failed before.</param>
/// <param name="Result">What it came to.</param>
/// <param name="Failure">Why it failed; null if it did not.</param>
/// <param name="IgnoresEpochs">Whether its pipeline ignores epochs, so that it is at its end.</param>
internal sealed record EndedTrial(SearchJob Job, FittedTrial? Fitted, RungResult Result, Exception? Failure, bool IgnoresEpochs);
