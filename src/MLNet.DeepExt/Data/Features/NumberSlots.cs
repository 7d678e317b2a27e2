using Microsoft.ML.Data;

namespace MLNet.DeepExt.Data;

/// <summary>Which slots of features, other than those of categories, hold more than two different values; and how many rows there are.</summary>
/// <param name="isCategory">(features): whether a slot is one of a category.</param>
internal sealed class NumberSlots(bool[] isCategory)
{
    private readonly float[] _first = new float[isCategory.Length], _second = new float[isCategory.Length];
    private readonly int[] _values = [.. isCategory.Select(category => category ? int.MaxValue : 0)]; // different ones, up to 3

    /// <summary>The rows that were added.</summary>
    public int Rows { get; private set; }

    /// <summary>Whether a slot is no category and holds more than two different values.</summary>
    public bool IsNumber(int slot) => _values[slot] == 3;

    /// <summary>Whether a slot is one of a category.</summary>
    public bool IsCategory(int slot) => isCategory[slot];

    /// <summary>The rows that are added from now on are all there are: those before were a part of them.</summary>
    public void Begin() => Rows = 0;

    /// <summary>Adds a row.</summary>
    /// <param name="features">(features).</param>
    public void Add(in VBuffer<float> features)
    {
        Rows++;
        if (features.IsDense)
        {
            ReadOnlySpan<float> values = features.GetValues();
            for (int slot = 0; slot < values.Length; slot++)
                Add(slot, values[slot]);
            return;
        }

        foreach ((int slot, float value) in features.Items(all: true))
            Add(slot, value);
    }

    private void Add(int slot, float value)
    {
        switch (_values[slot])
        {
            case 0:
                _first[slot] = value;
                _values[slot] = 1;
                break;
            case 1 when value != _first[slot]:
                _second[slot] = value;
                _values[slot] = 2;
                break;
            case 2 when value != _first[slot] && value != _second[slot]:
                _values[slot] = 3;
                break;
        }
    }
}
