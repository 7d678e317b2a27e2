using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Samples of rows, each drawn with replacement and as many as there are: what a bootstrap measures metrics on.</summary>
/// <param name="Samples">How many samples, from 1 to 1,000,000.</param>
/// <param name="Random">What is drawn from: a sample is a function of it and of the number of the sample.</param>
public sealed record RowResampling(int Samples, CounterRandom Random)
{
    private const int MostSamples = 1_000_000;

    /// <summary>Draws a sample.</summary>
    /// <param name="sample">Which one, counted from 0.</param>
    /// <param name="times">(rows): receives how often each row is drawn.</param>
    public void Draw(int sample, Span<int> times)
    {
        CounterRandom random = Random.Derive((ulong)sample);
        times.Clear();
        for (int i = 0; i < times.Length; i++)
            times[random.Below(times.Length, (ulong)i)]++;
    }

    /// <summary>Throws an <see cref="ArgumentException"/> where the number of samples is out of its range.</summary>
    internal void Validate()
    {
        if (Samples is < 1 or > MostSamples)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Samples of RowResampling must be from 1 to {MostSamples} but is {Samples}; 1000 is usual."), nameof(Samples));
        }
    }
}
