namespace MLNet.DeepExt.Fuzzing;

/// <summary>A damaged file did what none may do.</summary>
internal sealed class FindingException(string message, Exception? cause = null) : Exception(message, cause);
