namespace MLNet.DeepExt.Onnx.Interop;

/// <summary>The method of a catalog that users call.</summary>
/// <param name="Path">How they reach it from the context, such as <c>Transforms.Text.FeaturizeText</c>.</param>
/// <param name="TakesColumns">Whether its arguments are the names of an output column and of input columns.</param>
internal sealed record CatalogCall(string Path, bool TakesColumns);
