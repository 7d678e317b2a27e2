using Microsoft.ML.Data;

namespace MLNet.DeepExt.Data;

/// <summary>Which one-hot slots of categories are set in some training row.</summary>
/// <param name="categories">The first slot of each category and how many it has, ascending.</param>
internal sealed class SeenSlots(IReadOnlyList<(int First, int Count)> categories)
{
    private readonly bool[][] _isSeen = [.. categories.Select(category => new bool[category.Count])];

    /// <summary>The first slot of each category and how many it has, ascending.</summary>
    public IReadOnlyList<(int First, int Count)> Categories => categories;

    /// <summary>Adds those of a row.</summary>
    /// <param name="features">(features).</param>
    public void Add(in VBuffer<float> features)
    {
        ReadOnlySpan<float> values = features.GetValues();
        for (int category = 0; category < categories.Count; category++)
        {
            (int first, int count) = categories[category];
            bool[] isSeen = _isSeen[category];
            if (features.IsDense)
            {
                ReadOnlySpan<float> slots = values.Slice(first, count);
                for (int slot = slots.IndexOfAnyExcept(0); slot >= 0;)
                {
                    isSeen[slot] = true;
                    int next = slots[(slot + 1)..].IndexOfAnyExcept(0);
                    slot = next < 0 ? -1 : slot + 1 + next;
                }

                continue;
            }

            ReadOnlySpan<int> indices = features.GetIndices();
            int entry = indices.BinarySearch(first);
            for (entry = entry < 0 ? ~entry : entry; entry < indices.Length && indices[entry] < first + count; entry++)
                isSeen[indices[entry] - first] |= values[entry] != 0;
        }
    }

    /// <summary>The slots of a category that are seen, counted from its first, ascending.</summary>
    /// <param name="category">Its place among the categories.</param>
    public int[] Of(int category)
    {
        bool[] isSeen = _isSeen[category];
        return [.. Enumerable.Range(0, isSeen.Length).Where(slot => isSeen[slot])];
    }
}
