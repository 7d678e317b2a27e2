namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>The grouping of features into single numbers and slots of categories.</summary>
internal sealed class FeatureUnits
{
    private readonly SlotRange[] _units;
    private readonly SlotRange[] _numbers;
    private readonly SlotRange[] _categories;

    /// <param name="width">The number of features of a row.</param>
    /// <param name="categories">The categories, ascending, without overlap.</param>
    public FeatureUnits(int width, IReadOnlyList<SlotRange> categories)
    {
        var units = new List<SlotRange>();
        var numbers = new List<SlotRange>();
        int next = 0;
        foreach (SlotRange category in categories.Append(new SlotRange(width, 0)))
        {
            if (category.First > next)
                numbers.Add(new SlotRange(next, category.First - next));
            for (; next < category.First; next++)
                units.Add(new SlotRange(next, 1));
            if (category.Count > 0)
                units.Add(category);
            next += category.Count;
        }

        _units = [.. units];
        _numbers = [.. numbers];
        _categories = [.. categories];
    }

    /// <summary>Numbers and categories, in order.</summary>
    public ReadOnlySpan<SlotRange> All => _units;

    /// <summary>The slots of each category.</summary>
    public ReadOnlySpan<SlotRange> Categories => _categories;

    /// <summary>The ranges of features that are numbers.</summary>
    public ReadOnlySpan<SlotRange> Numbers => _numbers;
}
