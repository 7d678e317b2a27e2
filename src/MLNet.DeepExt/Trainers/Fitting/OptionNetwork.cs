using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Trainers;

/// <summary>The network that options give or describe, for the features and the label of a data view.</summary>
internal sealed class OptionNetwork(NeuralNetworkOptions options, LearningTask task)
{
    /// <summary>The network.</summary>
    /// <param name="column">The column of features.</param>
    /// <param name="label">The label.</param>
    /// <param name="seen">Which slots of categories occur; null where none is embedded.</param>
    /// <exception cref="ArgumentException">The given network does not fit.</exception>
    public NetworkSpec Create(DataViewSchema.Column column, LabelForm label, SeenSlots? seen)
    {
        int features = ((VectorDataViewType)column.Type).Size;
        int outputs = task.OutputsFor(label);
        if (options.Network is not { } given)
            return HiddenLayers.Append(CreateInputs(features, seen), options.HiddenUnits, options).Dense(outputs);
        if (given.Inputs != features)
        {
            throw new ArgumentException(
                $"Network has {given.Inputs} inputs but column '{options.FeatureColumnName}' holds {features} features; " +
                $"use NetworkSpec.Input({features}).",
                nameof(options.Network));
        }

        return given.Outputs == outputs
            ? given
            : throw new ArgumentException(
                $"Network has {given.Outputs} outputs but column '{label.Name}' {label.Describe()}; end it with Dense({outputs}).",
                nameof(options.Network));
    }

    /// <summary>The categories to embed, of which no slot has been seen yet; null where there are none.</summary>
    /// <param name="column">The column of features.</param>
    public SeenSlots? FindCategories(DataViewSchema.Column column) =>
        options.EmbedCategories && options.Network is null && CategoricalSlots.Of(column) is { Count: > 0 } categories
            ? new SeenSlots(categories)
            : null;

    /// <summary>
    /// What measures how large features are; null for a network that brings them to one scale by itself, or does not depend on it.
    /// </summary>
    /// <param name="network">The network.</param>
    public static SlotScales? ScalesFor(NetworkSpec network) => Scales(network.Layers) ? null : new SlotScales(network.Inputs);

    // Whether layers, or the branches that they begin with, bring features to one scale.
    private static bool Scales(IReadOnlyList<LayerSpec> layers) =>
        layers.TakeWhile(layer => layer is not (Dense or CompositeSpec)).Any(layer => layer is BatchNorm or InputEncoder)
        || (layers is [Branches branches, ..] && branches.Layers.All(branch => branch is CompositeSpec inner && Scales(inner.Layers)));

    // Few values are told apart by their slots as well as by as many numbers.
    private static NetworkSpec CreateInputs(int features, SeenSlots? seen)
    {
        NetworkSpec inputs = NetworkSpec.Input(features);
        CategoryRange[] ranges = [.. (seen?.Categories ?? [])
            .Select((slots, category) => CategoryRange.Of(slots.First, slots.Count, seen!.Of(category)))
            .Where(range => range.Dimension < range.Count)];
        return ranges.Length == 0 ? inputs : inputs.EmbedCategories(ranges);
    }
}
