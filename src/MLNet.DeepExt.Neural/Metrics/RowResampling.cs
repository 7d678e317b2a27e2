using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Bootstrap samples of rows: each sample has as many rows as the data, drawn with replacement.</summary>
/// <param name="Samples">The number of samples, from 1 to 1,000,000.</param>
/// <param name="Random">The random numbers. A sample depends only on them and on its index.</param>
public sealed record RowResampling(int Samples, CounterRandom Random)
{
    private const int MostSamples = 1_000_000;

    /// <summary>Draws a sample.</summary>
    /// <param name="sample">The index of the sample, from 0.</param>
    /// <param name="times">(rows): receives the number of draws of each row.</param>
    public void Draw(int sample, Span<int> times)
    {
        CounterRandom random = Random.Derive((ulong)sample);
        times.Clear();
        for (int i = 0; i < times.Length; i++)
            times[random.Below(times.Length, (ulong)i)]++;
    }

    /// <summary>Throws an <see cref="ArgumentException"/> if the number of samples is out of its range.</summary>
    internal void Validate()
    {
        if (Samples is < 1 or > MostSamples)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Samples of RowResampling must be from 1 to {MostSamples} but is {Samples}; 1000 is usual."), nameof(Samples));
        }
    }
}
