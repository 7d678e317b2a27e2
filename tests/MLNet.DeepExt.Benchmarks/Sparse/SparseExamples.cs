using System.Collections;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Benchmarks.Sparse;

/// <summary>Half of what a row holds are features of its class. Made anew at each reading, so that they take no memory.</summary>
internal sealed class SparseExamples(int count, int features, int seed) : IEnumerable<SparseExample>
{
    private const int Entries = 50; // features of a row that are not 0

    public IEnumerator<SparseExample> GetEnumerator()
    {
        const int classes = SparseExample.Classes;
        var random = new Random(seed);
        var columns = new SortedSet<int>();
        for (int row = 0; row < count; row++)
        {
            int label = random.Next(classes);
            columns.Clear();
            while (columns.Count < Entries)
                columns.Add(random.Next(features / classes) * classes + (random.Next(2) == 0 ? label : random.Next(classes)));
            yield return new SparseExample
            {
                Label = (uint)label,
                Features = new VBuffer<float>(features, Entries, [.. columns.Select(_ => 1f)], [.. columns]),
            };
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
