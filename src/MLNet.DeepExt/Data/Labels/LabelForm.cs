using Microsoft.ML;

namespace MLNet.DeepExt.Data;

/// <summary>What a label column says of a row: which class it is of, or the numbers that are to be predicted for it.</summary>
/// <param name="name">The column's name.</param>
/// <param name="size">How many classes there are, or numbers in a target.</param>
/// <param name="targetWidth">Numbers in a target; 0 where the label is a class.</param>
internal abstract class LabelForm(string name, int size, int targetWidth)
{
    /// <summary>The column's name.</summary>
    public string Name => name;

    /// <summary>How many classes there are, or numbers in a target.</summary>
    public int Size => size;

    /// <summary>Numbers in a target; 0 where the label is a class.</summary>
    public int TargetWidth => targetWidth;

    /// <summary>Whether a label is a class.</summary>
    public bool IsClass => targetWidth == 0;

    /// <summary>What the column holds, in words such as "has 3 classes".</summary>
    public abstract string Describe();

    /// <summary>Begins to read the column with a cursor in which it is active.</summary>
    public abstract LabelReader Open(DataViewRowCursor cursor);
}
