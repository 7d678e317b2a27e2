namespace MLNet.DeepExt.Neural.Training;

/// <summary>The part of an <see cref="EpochLog"/> that belongs to a checkpoint.</summary>
/// <param name="Epochs">The number of records.</param>
/// <param name="Bytes">The number of bytes.</param>
/// <param name="Hash">The SHA-256 of these bytes, in hexadecimal digits.</param>
internal sealed record EpochLogEnd(int Epochs, long Bytes, string Hash);
