using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// By which label column a model is judged where the options do not say: by that of its networks, else that of its trainer, if it is known, else
/// "Label", and by that of the split where there is no "Label".
/// </summary>
internal static class TrainedLabels
{
    /// <summary>The options with the label column of the model.</summary>
    /// <param name="host">Who throws.</param>
    /// <param name="model">The model. Networks of this library know their label column; models of other trainers do not.</param>
    /// <param name="dev">The schema of the rows that it is judged on, not scored.</param>
    /// <param name="options">The options. A label column that was set is left as it is.</param>
    /// <exception cref="InvalidOperationException">The networks of the model were trained on different label columns.</exception>
    public static EvaluationOptions Resolve(IExceptionContext host, ITransformer model, DataViewSchema dev, EvaluationOptions options)
    {
        if (options.HasLabelColumnName)
            return options;
        string[] names = [.. NamesOf(model).Distinct()];
        if (names.Length > 1)
        {
            throw host.Process(new InvalidOperationException(
                $"The networks of the model were trained on different label columns, {NameList.Of(names)}; set LabelColumnName of "
                + "EvaluationOptions to the one by which the model is judged."));
        }

        DataViewSchema scored = model.GetOutputSchema(dev);
        string?[] candidates = [names.FirstOrDefault(), options.TrainedLabelColumnName, options.LabelColumnName, options.SplitLabelColumnName];
        // A label that is made only while a pipeline is fitted is not in the scored rows.
        if (candidates.FirstOrDefault(name => name is not null && scored.GetColumnOrNull(name) is not null) is not { } found)
            return options;
        EvaluationOptions resolved = options.Copy();
        resolved.LabelColumnName = found;
        return resolved;
    }

    private static IEnumerable<string> NamesOf(ITransformer model) => model switch
    {
        NeuralNetworkTransformer network => [network.LabelColumnName],
        IEnumerable<ITransformer> chain => chain.SelectMany(NamesOf),
        _ => [],
    };
}
