using MLNet.DeepExt.Data;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// What training begins with: a description, the network where there is one already, what is known of features when rows have been
/// read, what classes weigh, what is done to rows, and who may end it.
/// </summary>
internal sealed record Beginning(
    NetworkSpec Spec,
    Network<float>? Network,
    FeatureSurvey Survey,
    ClassWeights Weights,
    AugmentationRecipe? Augmentation,
    FitControl Control)
{
    /// <summary>The preset's recipe for tables; null where the network is another one.</summary>
    public TableRecipe? Recipe { get; init; }

    /// <summary>True if rows are divided into folds; before they are read, true if options allow it.</summary>
    public bool HasFolds { get; init; }

    /// <summary>True if rows are so few that a network for tables is a smaller one.</summary>
    public bool IsFew { get; init; }

    /// <summary>What messages call the slots of the label; null where it is no vector.</summary>
    public IReadOnlyList<string>? TargetNames { get; init; }
}
