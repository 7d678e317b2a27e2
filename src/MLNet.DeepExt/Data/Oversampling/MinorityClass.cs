using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Data.Oversampling;

/// <summary>The rows of a class that gets synthetic ones, and which each of these is made of.</summary>
/// <param name="count">How many rows it has.</param>
/// <param name="width">The features of a row.</param>
/// <param name="categories">The slots of each category.</param>
internal sealed class MinorityClass(int count, int width, IReadOnlyList<(int First, int Count)> categories)
{
    private readonly float[] _features = new float[count * width]; // (rows, width)
    private int[] _nearest = [];                                   // (rows, neighbors)
    private int[] _synthetic = [];                                 // (rows): how many start from each
    private int _neighbors;

    /// <summary>How many rows were added.</summary>
    public int Count { get; private set; }

    /// <summary>Whether all rows were added.</summary>
    public bool IsFull => Count == count;

    public void Add(in VBuffer<float> features) => features.CopyTo(_features.AsSpan(Count++ * width, width));

    /// <summary>Whether a row has these features: (width).</summary>
    public bool Has(int row, ReadOnlySpan<float> features) => FeaturesOf(row).SequenceEqual(features);

    /// <summary>After the last row: finds each row's neighbors, and shares out the synthetic rows that are wanted.</summary>
    public void Plan(IHost host, int neighbors, long wanted, CounterRandom random)
    {
        _neighbors = neighbors;
        _nearest = NearestNeighbors.Find(host, ForDistances(), width, neighbors);

        // As evenly as can be; who gets one more is drawn.
        _synthetic = new int[Count];
        _synthetic.AsSpan().Fill((int)(wanted / Count));
        int[] order = [.. Enumerable.Range(0, Count)];
        random.Shuffle(order.AsSpan());
        foreach (int row in order.AsSpan(0, (int)(wanted % Count)))
            _synthetic[row]++;
    }

    /// <summary>How many synthetic rows start from a row.</summary>
    public int SyntheticOf(int row) => _synthetic[row];

    /// <summary>Makes a synthetic row: numbers on the way from a row to a neighbor, categories by the majority of neighbors.</summary>
    /// <param name="row">The row to start from.</param>
    /// <param name="random">What is drawn for this synthetic row.</param>
    /// <param name="output">(width).</param>
    public void Synthesize(int row, CounterRandom random, Span<float> output)
    {
        ReadOnlySpan<int> nearest = _nearest.AsSpan(row * _neighbors, _neighbors);
        ReadOnlySpan<float> x = FeaturesOf(row), neighbor = FeaturesOf(nearest[random.Below(_neighbors, 0)]);
        double share = random.Uniform(1);
        for (int slot = 0; slot < output.Length; slot++)
            output[slot] = (float)(x[slot] + share * ((double)neighbor[slot] - x[slot]));
        foreach ((int first, int count) in categories)
            FeaturesOf(Majority(nearest, first, count)).Slice(first, count).CopyTo(output[first..]);
    }

    private ReadOnlySpan<float> FeaturesOf(int row) => _features.AsSpan(row * width, width);

    // The nearest of the neighbors whose category most of them have.
    private int Majority(ReadOnlySpan<int> nearest, int first, int count)
    {
        int winner = 0, most = 0;
        foreach (int candidate in nearest)
        {
            int votes = 0;
            foreach (int voter in nearest)
                votes += CategoryOf(voter, first, count) == CategoryOf(candidate, first, count) ? 1 : 0;
            if (votes > most)
                (winner, most) = (candidate, votes);
        }

        return winner;
    }

    // The slot that is set; -1 where none is.
    private int CategoryOf(int row, int first, int count) => FeaturesOf(row).Slice(first, count).IndexOfAnyExcept(0f);

    /// <summary>
    /// The rows such that two with different categories are as much further apart, for each of these, as the median of the standard
    /// deviations of the numbers: (rows, width).
    /// </summary>
    private float[] ForDistances()
    {
        if (categories.Count == 0)
            return _features;
        float[] rows = [.. _features];
        // Two slots differ where a category does.
        float scale = (float)(MedianOfDeviations() / Math.Sqrt(2));
        for (int row = 0; row < Count; row++)
        {
            foreach ((int first, int count) in categories)
            {
                Span<float> slots = rows.AsSpan(row * width + first, count);
                int set = slots.IndexOfAnyExcept(0f);
                slots.Clear();
                if (set >= 0)
                    slots[set] = scale;
            }
        }

        return rows;
    }

    // 1 where there are no numbers.
    private double MedianOfDeviations()
    {
        var isCategory = new bool[width];
        foreach ((int first, int count) in categories)
            isCategory.AsSpan(first, count).Fill(true);
        double[] deviations = [.. Enumerable.Range(0, width).Where(slot => !isCategory[slot]).Select(DeviationOf).Order()];
        return deviations.Length == 0 ? 1 : (deviations[(deviations.Length - 1) / 2] + deviations[deviations.Length / 2]) / 2;
    }

    private double DeviationOf(int slot)
    {
        double mean = 0, squares = 0;
        for (int row = 0; row < Count; row++)
            mean += FeaturesOf(row)[slot] / (double)Count;
        for (int row = 0; row < Count; row++)
            squares += Math.Pow(FeaturesOf(row)[slot] - mean, 2);
        return Math.Sqrt(squares / Count);
    }
}
