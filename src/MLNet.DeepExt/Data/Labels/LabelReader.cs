namespace MLNet.DeepExt.Data;

/// <summary>Reads the labels of one cursor's rows. The owner of the cursor calls <see cref="Read"/> once for each row.</summary>
internal abstract class LabelReader
{
    /// <summary>The class of the row, counted from 0; 0 where labels are numbers.</summary>
    public virtual int Class => 0;

    /// <summary>Reads the label of the row; false where it is missing, so that nothing can be learned from the row.</summary>
    public abstract bool Read();

    /// <summary>What contradicts the schema, or makes no sense, in a label that is not missing; null if nothing does.</summary>
    public virtual InvalidOperationException? FindFault() => null;

    /// <summary>The numbers to be predicted; none where labels are classes.</summary>
    /// <param name="destination">(target width).</param>
    public virtual void CopyTarget(Span<float> destination)
    {
        // A class has none.
    }
}
