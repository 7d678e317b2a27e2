namespace MLNet.DeepExt.Data;

/// <summary>What became of a row that was to be added to others in memory.</summary>
internal enum RowAdmission
{
    /// <summary>It was added.</summary>
    Added,

    /// <summary>It was not: with it, the features would take more bytes than they may.</summary>
    OverLimit,

    /// <summary>It was not: an array does not hold as much.</summary>
    OverArrayLength,
}
