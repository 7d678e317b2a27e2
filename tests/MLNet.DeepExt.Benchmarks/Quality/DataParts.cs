using Microsoft.ML;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>What is learned from, and what is judged by.</summary>
internal sealed record DataParts(IDataView Training, IDataView Judging);
