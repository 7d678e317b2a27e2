using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Trainers;

/// <summary>What a training begins with where it does not start again: the network of an earlier one, or the first layers of it.</summary>
internal sealed class StartingNetwork
{
    private readonly NeuralNetworkOptions _options;
    private readonly NetworkContent _content;
    private readonly bool _isContinued;

    private StartingNetwork(NeuralNetworkOptions options, NetworkContent content, bool isContinued)
    {
        _options = options;
        _content = content;
        _isContinued = isContinued;
    }

    /// <summary>The model that is trained further; null where there are only layers that are kept of it.</summary>
    public NetworkContent? Continued => _isContinued ? _content : null;

    private string OptionName => _isContinued ? nameof(_options.ContinueFrom) : nameof(_options.TransferFrom);

    /// <summary>What the options ask for; null if training starts again.</summary>
    /// <exception cref="ArgumentException">The options contradict each other, or the transformer has no network.</exception>
    public static StartingNetwork? Of(NeuralNetworkOptions options, LearningTask task)
    {
        if ((options.ContinueFrom, options.TransferFrom) is (null, null))
        {
            return options.KeptLayers is null && options.HeadUnits.Length == 0
                ? null
                : throw new ArgumentException(
                    "KeptLayers and HeadUnits are of a network to begin with but TransferFrom is null; set it, or leave them out.",
                    nameof(options.TransferFrom));
        }

        if (options.ContinueFrom is not null && options.TransferFrom is not null)
        {
            throw new ArgumentException(
                "ContinueFrom and TransferFrom are both given; training begins with one network: leave one out.",
                nameof(options.TransferFrom));
        }

        string name = options.ContinueFrom is null ? nameof(options.TransferFrom) : nameof(options.ContinueFrom);
        if (options.Network is not null)
        {
            throw new ArgumentException(
                $"Network and {name} are both given; training begins with one network: leave one out.",
                nameof(options.Network));
        }

        NeuralNetworkTransformer found = FindLast((options.ContinueFrom ?? options.TransferFrom)!)
            ?? throw new ArgumentException(
                $"{name} holds no neural network of this library; give a transformer that one of its trainers has fitted, " +
                "or a chain with one.",
                name);
        if (options.ContinueFrom is not null && (options.KeptLayers is not null || options.HeadUnits.Length > 0))
        {
            throw new ArgumentException(
                "KeptLayers and HeadUnits are of new outputs but ContinueFrom keeps its own; use TransferFrom, or leave them out.",
                nameof(options.KeptLayers));
        }

        if (options.ContinueFrom is not null && options.Ensemble > 1 && found.Content.Model.Spec.Layers is [Branches networks])
        {
            throw new ArgumentException(
                $"Ensemble is {options.Ensemble} but ContinueFrom is an ensemble of {networks.Layers.Count} networks already, which are all trained "
                + "further; leave Ensemble out.",
                nameof(options.Ensemble));
        }

        if (options.ContinueFrom is not null && !task.Understands(found.Content.Loss))
            throw OtherTask();
        return new StartingNetwork(options, found.Content, options.ContinueFrom is not null);
    }

    /// <summary>A network such as it will be, to check options by before there are rows.</summary>
    /// <exception cref="ArgumentException">The layers that are asked for are impossible.</exception>
    public NetworkSpec Example(int outputs) => Create(_content.Model.Spec.Inputs, outputs, seed: 0).Spec;

    /// <summary>The network to begin with, for rows of so many features and so many outputs.</summary>
    /// <exception cref="ArgumentException">It does not fit the rows.</exception>
    public Network<float> Create(int features, int outputs, int seed)
    {
        Network<float> network = _content.Model.Network;
        string name = OptionName;
        if (network.Spec.Inputs != features)
        {
            throw new ArgumentException(
                $"{name} has a network of {network.Spec.Inputs} inputs but column '{_options.FeatureColumnName}' holds {features} " +
                "features; prepare the rows as those were that it was trained on.",
                name);
        }

        if (_isContinued)
            return network;
        if (_options.KeptLayers is null && _options.HeadUnits.Length == 0)
            return network.WithNewOutputs(outputs, seed);
        if (_options.KeptLayers is null && network.Spec.Layers is [Branches])
        {
            throw new ArgumentException(
                "HeadUnits are given but the network of TransferFrom is an ensemble, whose networks share no layers; leave them out to give each new "
                + "outputs.",
                nameof(_options.HeadUnits));
        }

        int kept = _options.KeptLayers ?? Math.Max(0, network.Spec.Layers.ToList().FindLastIndex(layer => layer is Dense or Members));
        if (kept < 0 || kept > network.Spec.Layers.Count)
        {
            throw new ArgumentException(
                $"KeptLayers is {kept} but the network of {name} has {network.Spec.Layers.Count} layers; keep from 0 to as many.",
                nameof(_options.KeptLayers));
        }

        return network.WithHead(kept, spec => HiddenLayers.Append(spec, _options.HeadUnits, _options).Dense(outputs), seed);
    }

    /// <summary>
    /// Demands that features with the names that they had before come in the order that they had: those of categories come in another
    /// one where the pipeline was fitted again. Other names may mean the same, as columns are called by the way that they take.
    /// </summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void RequireSameOrder(DataViewSchema.Column features)
    {
        DataViewSchema.Column before = _content.TrainSchema[_content.FeatureColumnName];
        if (SlotNames.AreSame(before, features)
            && SlotNames.FindDifference(before, features, ($"the model of {OptionName}", "these rows")) is { } difference)
        {
            throw new ArgumentException(
                $"Column '{features.Name}' holds the same features in another order: it {difference}; " +
                "prepare the rows as those were that it was trained on.",
                OptionName);
        }
    }

    /// <summary>Demands, of a training that goes on, that labels mean what they meant before.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void RequireSameMeaning(LearningTask task, LabelForm label, DataViewSchema.Column column)
    {
        if (!_isContinued)
            return;
        if (IsVector(_content.Label) != IsVector(column))
            throw OtherTask();

        int outputs = task.OutputsFor(label), trained = _content.Model.Spec.Outputs;
        if (trained != outputs)
        {
            throw new ArgumentException(
                $"ContinueFrom has a network of {trained} outputs but label column '{label.Name}' {label.Describe()}; " +
                "use TransferFrom, which trains new outputs.",
                OptionName);
        }

        if (KeyValues.AreKnown(_content.Label) != KeyValues.AreKnown(column))
        {
            (string with, string without) = KeyValues.AreKnown(column)
                ? ("these rows", "the model to continue")
                : ("the model to continue", "these rows");
            throw new ArgumentException(
                $"Label column '{label.Name}' says what its keys stand for in {with} but not in {without}, so they may be other classes; " +
                "make both with the same fitted MapValueToKey, or use TransferFrom, which trains new outputs.",
                OptionName);
        }

        if (task.FindDifference(_content.Label, column, ("the model to continue", "these rows")) is { } difference)
            throw new ArgumentException($"Label column '{label.Name}' {difference}; use TransferFrom, which trains new outputs.", OptionName);
    }

    private static ArgumentException OtherTask() => new(
        "ContinueFrom was fitted by a trainer for another task; use TransferFrom, which keeps its layers and trains new outputs.",
        nameof(NeuralNetworkOptions.ContinueFrom));

    private static bool IsVector(DataViewSchema.Column column) => column.Type is VectorDataViewType;

    private static NeuralNetworkTransformer? FindLast(ITransformer transformer) => transformer switch
    {
        NeuralNetworkTransformer network => network,
        IEnumerable<ITransformer> chain => chain.Reverse().Select(FindLast).FirstOrDefault(found => found is not null),
        _ => null,
    };
}
