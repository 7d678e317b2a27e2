namespace MLNet.DeepExt.Trainers;

/// <summary>Where a trainer has its rows while it trains.</summary>
public enum DataMode
{
    /// <summary>
    /// In memory if the features take 1 GiB at most, in each of training and validation data; else streaming. They take 4 bytes
    /// each, or 8 for each that is not 0 where they are kept sparse. It is decided while rows are read, by those so far: once they
    /// are over, all is streamed, even if later rows would have made them sparse. One warning says so where rows that are mostly
    /// zeros are streamed.
    /// </summary>
    Auto,

    /// <summary>In memory, whatever it takes. Data is read once.</summary>
    InMemory,

    /// <summary>
    /// Read again for every epoch, and shuffled within a buffer, so that the memory does not grow with the rows. The data view must
    /// give the same rows in the same order each time; another order of their classes and weights is an error, and no other is
    /// noticed. The buffer holds rows written out, the zeros of sparse ones included.
    /// </summary>
    Streaming,
}
