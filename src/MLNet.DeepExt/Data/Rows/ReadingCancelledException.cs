namespace MLNet.DeepExt.Data;

/// <summary>
/// The token of the options was cancelled while rows were read. A type of its own, because a cancelled context throws
/// <see cref="OperationCanceledException"/>, and so may a data view or who listens to the epochs, and these are to come out.
/// </summary>
internal sealed class ReadingCancelledException() : Exception("Reading was cancelled.");
