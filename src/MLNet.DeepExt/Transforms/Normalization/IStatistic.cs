namespace MLNet.DeepExt.Transforms.Normalization;

/// <summary>Something learned of numbers that come by once.</summary>
internal interface IStatistic
{
    /// <summary>The numbers so far.</summary>
    long Count { get; }

    /// <summary>Takes in a finite number.</summary>
    void Add(float value);

    /// <summary>Takes in zeros.</summary>
    void AddZeros(long count);
}
