namespace MLNet.DeepExt.Neural.Training;

/// <summary>How much of an <see cref="EpochLog"/> belongs to a checkpoint.</summary>
/// <param name="Epochs">How many records.</param>
/// <param name="Bytes">How many bytes of the file.</param>
/// <param name="Hash">The SHA-256 of these bytes, in hexadecimal digits.</param>
internal sealed record EpochLogEnd(int Epochs, long Bytes, string Hash);
