using MLNet.DeepExt.Data;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Layers;

namespace MLNet.DeepExt.Trainers;

/// <summary>Which features of a table are categories to embed, and which are numbers, and where these stand once categories are embedded.</summary>
internal sealed class TableColumns
{
    private const int MostOneHotValues = 8, EmbeddedBy = 8;

    private readonly int _width; // with categories embedded

    /// <param name="numbers">What the slots hold.</param>
    /// <param name="seen">Which slots of categories occur; null where none is embedded.</param>
    /// <param name="features">How many features there are.</param>
    public TableColumns(NumberSlots numbers, SeenSlots? seen, int features)
    {
        CategoryRange[] embedded =
        [
            .. (seen?.Categories ?? []).Index().Where(category => category.Item.Count > MostOneHotValues)
                .Select(category => RangeOf(category.Item, seen!.Of(category.Index))),
        ];
        var scaled = new List<SlotRange>();
        var encoded = new List<SlotRange>();
        int input = 0, next = 0;
        for (int slot = 0; slot < features;)
        {
            if (next < embedded.Length && embedded[next].First == slot)
            {
                input += embedded[next].Dimension;
                slot += embedded[next++].Count;
                continue;
            }

            if (!numbers.IsCategory(slot))
                Extend(scaled, input);
            if (numbers.IsNumber(slot))
                Extend(encoded, input);
            input++;
            slot++;
        }

        (Embedded, Scaled, Encoded, _width) = (embedded, scaled, encoded, input);

        static void Extend(List<SlotRange> ranges, int slot)
        {
            if (ranges.Count > 0 && ranges[^1].First + ranges[^1].Count == slot)
                ranges[^1] = ranges[^1] with { Count = ranges[^1].Count + 1 };
            else
                ranges.Add(new SlotRange(slot, 1));
        }
    }

    /// <summary>The categories of more values than stay one-hot.</summary>
    public IReadOnlyList<CategoryRange> Embedded { get; }

    /// <summary>The numbers, as inputs of the layer after the embedding of categories.</summary>
    public IReadOnlyList<SlotRange> Scaled { get; }

    /// <summary>Those of them that have more than two values.</summary>
    public IReadOnlyList<SlotRange> Encoded { get; }

    /// <summary>How many numbers stand for the same column, one after the other: of one that is embedded all of them.</summary>
    /// <param name="numbersBy">What each encoded number is embedded by; 1 where it is not.</param>
    public List<int> GroupsOf(int numbersBy)
    {
        var groups = new List<int>();
        int removed = 0; // slots of categories before
        Dictionary<int, int> widths = Embedded.ToDictionary(
            range =>
            {
                int at = range.First - removed;
                removed += range.Count - range.Dimension;
                return at;
            },
            range => range.Dimension);
        for (int input = 0; input < _width;)
        {
            if (widths.TryGetValue(input, out int dimension))
            {
                groups.Add(dimension);
                input += dimension;
                continue;
            }

            bool isEncoded = Encoded.Any(range => input >= range.First && input < range.First + range.Count);
            groups.Add(isEncoded ? numbersBy : 1);
            input++;
        }

        return groups;
    }

    private static CategoryRange RangeOf((int First, int Count) slots, int[] seen)
    {
        CategoryRange usual = CategoryRange.Of(slots.First, slots.Count, seen);
        return usual with { Dimension = Math.Clamp(seen.Length, 1, EmbeddedBy) };
    }
}
