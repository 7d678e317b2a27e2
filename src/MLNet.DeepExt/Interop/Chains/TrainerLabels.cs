using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace MLNet.DeepExt.Interop.Chains;

/// <summary>
/// The label columns that trainers of ML.NET learn from. Their models do not keep the names, and their chains do not show the trainers: they
/// are found by name, and are not known where ML.NET has other names for them.
/// </summary>
internal static class TrainerLabels
{
    /// <summary>The label columns of all trainers in a pipeline.</summary>
    public static IEnumerable<string> Of(IEstimator<ITransformer> pipeline)
    {
        for (Type? type = pipeline.GetType(); type is not null; type = type.BaseType)
        {
            Type? kind = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
            if (kind == typeof(EstimatorChain<>))
            {
                object? estimators = type.GetField("_estimators", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(pipeline);
                return (estimators as IEstimator<ITransformer>[] ?? []).SelectMany(Of);
            }

            if (kind == typeof(TrainerEstimatorBase<,>))
                return type.GetField("LabelColumn")?.GetValue(pipeline) is SchemaShape.Column { Name: { Length: > 0 } name } ? [name] : [];
        }

        return [];
    }
}
