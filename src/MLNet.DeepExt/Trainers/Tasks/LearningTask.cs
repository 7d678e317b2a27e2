using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Trainers;

/// <summary>What one kind of trainer has that the others have not: its label, its loss and its output columns. Immutable.</summary>
internal abstract class LearningTask
{
    /// <summary>The fewest outputs that a network for it can have.</summary>
    public abstract int FewestOutputs { get; }

    /// <summary>Whether numbers are predicted, and not classes.</summary>
    public virtual bool PredictsNumbers => false;

    /// <summary>Whether predicted quantiles are shifted, after training, to hold on the validation rows.</summary>
    public virtual bool CalibratesQuantiles => false;

    /// <summary>What is measured after every epoch if no metrics are named; null has the form of the targets decide.</summary>
    public abstract IReadOnlyList<Metric>? UsualMetrics { get; }

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
    /// <param name="earlier">The loss of the model whose training goes on, by which its outputs mean what they mean; null for none.</param>
    public abstract Loss CreateLoss(TargetStatistics? targets, Loss? earlier = null);

    /// <summary>Whether <see cref="CreateLoss"/> has to know the targets of the training rows.</summary>
    /// <param name="earlier">The loss of the model whose training goes on; null for none.</param>
    public virtual bool ReadsTargets(Loss? earlier) => false;

    /// <summary>The loss for the recipe for tables of a preset, where options do not say otherwise.</summary>
    /// <param name="usual">The loss without it.</param>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targets">What is known of the targets of the training rows.</param>
    public virtual Loss ByPreset(Loss usual, int outputs, TargetStatistics? targets) => usual;

    /// <summary>The transformer of a network that was trained for it.</summary>
    public abstract NeuralNetworkTransformer CreateTransformer(IHost host, NetworkContent content);

    /// <summary>Whether a network that was trained with a loss has outputs such as this task wants.</summary>
    public abstract bool Understands(Loss loss);

    /// <summary>What rows of each class weigh.</summary>
    /// <param name="label">The label column.</param>
    /// <exception cref="ArgumentException">There is a weight for a class that it does not have.</exception>
    public abstract ClassWeights WeightsOf(DataViewSchema.Column label);

    /// <summary>
    /// Why labels of the same form do not mean the same in two data views, to follow "Label column 'Label'"; null if they do.
    /// </summary>
    /// <param name="first">The label column of one.</param>
    /// <param name="second">That of the other.</param>
    /// <param name="names">What both are called, such as "the training data" and "the validation data".</param>
    public abstract string? FindDifference(DataViewSchema.Column first, DataViewSchema.Column second, (string First, string Second) names);
}
