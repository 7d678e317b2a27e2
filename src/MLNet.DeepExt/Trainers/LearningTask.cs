using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Trainers;

/// <summary>What one kind of trainer has that the others have not: its label, its loss and its output columns. Immutable.</summary>
internal abstract class LearningTask
{
    /// <summary>The fewest outputs that a network for it can have.</summary>
    public abstract int FewestOutputs { get; }

    /// <summary>Whether the loss depends on the targets of the training rows, all of which are then read before training.</summary>
    public virtual bool ScalesTargets => false;

    /// <summary>Finds the label column and demands its type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or is of another type.</exception>
    public abstract SchemaShape.Column RequireLabel(IExceptionContext context, SchemaShape inputSchema, string columnName);

    /// <summary>The output columns that it promises, given the label column.</summary>
    public abstract IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label);

    /// <summary>How a label column of the right type is read.</summary>
    /// <exception cref="InvalidOperationException">Nothing can be learned from its type.</exception>
    public abstract LabelForm FormOf(DataViewSchema.Column label);

    /// <summary>How many outputs the network needs.</summary>
    public abstract int OutputsFor(LabelForm label);

    /// <summary>What training minimizes.</summary>
    /// <param name="targets">What is known of the targets of the training rows; null while nothing is.</param>
    public abstract Loss CreateLoss(TargetStatistics? targets);

    /// <summary>
    /// Why labels of the same form in training and validation data do not mean the same, to follow "Label column 'Label'"; null if they
    /// do.
    /// </summary>
    public virtual string? FindDifference(DataViewSchema.Column training, DataViewSchema.Column validation) => null;
}
